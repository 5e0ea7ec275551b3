/** What each shell is given to load: it asks `rhumb __complete` with the words typed so far, and shows what that prints. A
 *  candidate is a line, its explanation behind a tab; a last line `:files` asks for names of files. */
export const shells = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof shells)[number];

export const scripts: Readonly<Record<Shell, string>> = {
  bash: `# rhumb for bash: source <(rhumb completion bash)
_rhumb() {
  local line words=("\${COMP_WORDS[@]:1:COMP_CWORD}")
  COMPREPLY=()
  while IFS= read -r line; do
    if [ "$line" = ":files" ]; then
      compopt -o default
    else
      COMPREPLY+=("$(printf '%q' "\${line%%$'\\t'*}")")
    fi
  done < <(rhumb __complete -- "\${words[@]}" 2>/dev/null)
}
complete -F _rhumb rhumb
`,
  zsh: `#compdef rhumb
# rhumb for zsh: source <(rhumb completion zsh)
_rhumb() {
  local line
  local -a candidates
  while IFS= read -r line; do
    if [[ $line == ":files" ]]; then
      _files
    elif [[ $line == *$'\\t'* ]]; then
      candidates+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
    else
      candidates+=("\${line//:/\\\\:}")
    fi
  done < <(rhumb __complete -- "\${(@Q)words[2,$CURRENT]}" 2>/dev/null)
  (( \${#candidates} )) && _describe rhumb candidates
}
compdef _rhumb rhumb
`,
  fish: `# rhumb for fish: rhumb completion fish | source
function __rhumb_complete
  set -l words (commandline -opc)[2..-1] (commandline -ct)
  for line in (rhumb __complete -- $words 2>/dev/null)
    if test "$line" = ":files"
      __fish_complete_path (commandline -ct)
    else
      echo $line
    end
  end
end
complete -c rhumb -f -a '(__rhumb_complete)'
`,
};
