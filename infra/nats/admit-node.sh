#!/bin/sh
# Makes NATS know a node, by a user of the node's id and a new password, and prints what its agent's environment file has to say.
# Run again for a node that is known, it gives it another password.
# usage: admit-node.sh NODE-ID ADDRESS [CONFIGURATION]
#   ADDRESS        under which nodes reach this NATS server
#   CONFIGURATION  /etc/nats-server.conf if left out: a copy of nats-server.conf beside this script
set -eu
usage="usage: $0 NODE-ID ADDRESS [CONFIGURATION]"
node=${1:?$usage} address=${2:?$usage} configuration=${3:-/etc/nats-server.conf}

if ! echo "$node" | grep -qxE '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}'; then
  echo "$node is no node id: expected a UUID in lower case, as the new node's /proc/sys/kernel/random/uuid gives one" >&2
  exit 2
fi
if ! grep -q '^  *# end of users$' "$configuration"; then
  echo "$configuration: no line '# end of users' to add the node before; expected a copy of infra/nats/nats-server.conf" >&2
  exit 2
fi
password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')

# Speaks and answers for its own node, reads its own desired state, and writes none.
user=$(cat <<USER
    # node $node
    {
      user: "$node", password: "$password"
      permissions: {
        publish: [
          "rhumbline.node.$node.*",
          "\$JS.API.INFO", "\$JS.API.STREAM.INFO.KV_DESIRED",
          "\$JS.API.CONSUMER.CREATE.KV_DESIRED.*.\$KV.DESIRED.$node.>",
          "\$JS.API.CONSUMER.DELETE.KV_DESIRED.*"
        ]
        subscribe: ["_INBOX.$node.>", "rhumbline.node.$node.ask"]
        allow_responses: true
      }
    }
USER
)
# One that is known goes first: from its comment to the brace that closes it.
with_it=$(awk -v known="    # node $node" -v user="$user" '
  $0 == known { skipping = 1 }
  /^ *# end of users$/ { print user }
  !skipping { print }
  skipping && $0 == "    }" { skipping = 0 }
' "$configuration")
# Written into the file that is there, which keeps its owner and its mode.
printf '%s\n' "$with_it" >"$configuration"
echo "RHUMBLINE_NATS=nats://$node:$password@$address:4222"
