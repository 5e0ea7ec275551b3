#!/usr/bin/python3
"""Stands for systemctl where no systemd runs: does with a unit's file what that does, as far as a lab's host has the means.

Environment, files of it, user, state folder, capabilities and readiness are the file's. Sandboxing, restarts and the watchdog,
which need the real one, are left out. It keeps the pid of what it started in /run.
usage: systemctl daemon-reload | enable --now UNIT ... | restart UNIT (none that runs) | reload UNIT ...
"""

import glob
import os
import pwd
import shlex
import socket
import subprocess
import sys


def settings(unit):
    """What the unit's file and those that an operator put beside it say, in their order."""
    files = [path for folder in ("/etc", "/lib") for path in (f"{folder}/systemd/system/{unit}.service",) if os.path.exists(path)]
    if not files:
        sys.exit(f"Failed to enable unit: Unit file {unit}.service does not exist.")
    lines = []
    for path in files[:1] + sorted(glob.glob(f"/etc/systemd/system/{unit}.service.d/*.conf")):
        lines += [line.strip().split("=", 1) for line in open(path) if "=" in line and not line.startswith("#")]
    return lambda key: [value for name, value in lines if name == key]


def environment(of):
    pairs = [pair for value in of("Environment") for pair in shlex.split(value)]
    for path in of("EnvironmentFile"):
        if os.path.exists(path.lstrip("-")):
            pairs += [line.strip() for line in open(path.lstrip("-")) if "=" in line]
        elif not path.startswith("-"):
            sys.exit(f"Failed to load environment files: {path}")
    return dict(pair.split("=", 1) for pair in pairs)


def as_wished(of):
    """The command line that gives up what the unit has its process give up."""
    argv = ["setpriv"]
    if of("NoNewPrivileges") == ["yes"]:
        argv.append("--no-new-privs")
    for capabilities in of("CapabilityBoundingSet"):
        names = [name.removeprefix("CAP_").lower() for name in capabilities.split()]
        argv.append("--bounding-set=-all," + ",".join(f"+{name}" for name in names))
    for user in of("User"):
        argv += [f"--reuid={user}", f"--regid={pwd.getpwnam(user).pw_gid}", "--init-groups"]
    return argv


def start(unit):
    """Returns what waits until it is ready. Does nothing where it was started before."""
    if os.path.exists(f"/run/{unit}.pid"):
        return lambda: True
    of = settings(unit)
    for folder in of("StateDirectory"):
        os.makedirs(f"/var/lib/{folder}", exist_ok=True)
        for user in of("User"):
            os.chown(f"/var/lib/{folder}", pwd.getpwnam(user).pw_uid, pwd.getpwnam(user).pw_gid)
    words = {**{"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}, **environment(of)}
    told = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    if of("Type") == ["notify"]:
        words["NOTIFY_SOCKET"] = f"/run/{unit}.notify"
        told.bind(words["NOTIFY_SOCKET"])
        os.chmod(words["NOTIFY_SOCKET"], 0o666)
    log = open(f"/run/{unit}.log", "a")
    argv = as_wished(of) + shlex.split(of("ExecStart")[-1])
    process = subprocess.Popen(argv, env=words, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
    with open(f"/run/{unit}.pid", "w") as file:
        file.write(str(process.pid))
    return lambda: of("Type") == ["notify"] and wait_until_ready(told)


def wait_until_ready(told):
    while "READY=1" not in told.recv(4096).decode():
        pass


def reload(unit):
    [command] = settings(unit)("ExecReload")
    subprocess.run(shlex.split(command.replace("$MAINPID", open(f"/run/{unit}.pid").read())), check=True)


match sys.argv[1:]:
    case ["daemon-reload"]:
        pass
    case ["enable", "--now", *units] | ["restart", *units]:
        for became_ready in [start(each) for each in units]:
            became_ready()
    case ["reload", *units]:
        for each in units:
            reload(each)
    case words:
        sys.exit(f"no such command here: systemctl {' '.join(words)}")
