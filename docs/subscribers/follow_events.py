#!/usr/bin/env python3
"""Follows Rhumbline's events on NATS and prints a line for each. Started again, it goes on where it was.

    python3 follow_events.py [USER:PASSWORD@]127.0.0.1:4222 my-subscriber my-subscriber.position

Python's standard library only: it speaks NATS' text protocol over a socket
(https://docs.nats.io/reference/reference-protocols/nats-protocol) and JetStream's API by requests
(https://docs.nats.io/reference/reference-protocols/nats_api_reference).
"""

import json
import os
import socket
import sys
import time
from urllib.parse import unquote

STREAM = "EVENTS"


class Nats:
    """One connection: publish, subscribe, and read messages one by one."""

    def __init__(self, server):
        access, _, address = server.rpartition("@")
        user, _, password = access.partition(":")
        host, port = address.rsplit(":", 1)
        # A server that knows users lets each have its own inboxes only.
        self.inbox = f"_INBOX.{user}.{os.getpid()}" if user else f"_INBOX.{os.getpid()}"
        # Each question is answered within 5 s, were it with "nothing": later there is nobody who would answer, which is
        # what the loss of a stream looks like.
        self.socket = socket.create_connection((host, int(port)), timeout=8)
        self.lines = self.socket.makefile("rb")
        self.lines.readline()  # INFO: what the server is.
        options = {"verbose": False, "headers": True, "no_responders": True, "name": "follow_events.py"}
        self.send("CONNECT " + json.dumps({**options, **({"user": user, "pass": password} if user else {})}))

    def send(self, line, payload=None):
        body = b"" if payload is None else payload + b"\r\n"
        self.socket.sendall(line.encode() + b"\r\n" + body)

    def publish(self, subject, payload=b"", reply=""):
        self.send(f"PUB {subject} {reply} {len(payload)}", payload)

    def next_message(self):
        """The next message as (subject, reply subject, headers, payload)."""
        while True:
            line = self.lines.readline()
            if not line:
                raise ConnectionError("NATS closed the connection")
            verb, *fields = line.decode().split()
            if verb == "PING":
                self.send("PONG")
            elif verb == "-ERR":
                raise ConnectionError(line.decode().strip())
            elif verb in ("MSG", "HMSG"):
                return self.read_message(verb, fields)

    def read_message(self, verb, fields):
        total = int(fields[-1])
        header_length = int(fields[-2]) if verb == "HMSG" else 0
        body = self.lines.read(total + 2)[:-2]
        sizes = 2 if verb == "HMSG" else 1
        reply = fields[2] if len(fields) - sizes == 3 else ""
        return fields[0], reply, read_headers(body[:header_length]), body[header_length:]

    def request(self, subject, message):
        inbox = f"{self.inbox}.{time.monotonic_ns()}"
        self.send(f"SUB {inbox} answer")
        self.send("UNSUB answer 1")
        self.publish(subject, json.dumps(message).encode(), inbox)
        answer = json.loads(self.next_message()[3] or b"{}")
        if "error" in answer:
            raise RuntimeError(answer["error"]["description"])
        return answer


def read_headers(block):
    """'NATS/1.0[ status]', then 'name: value' lines. The status has the key ''."""
    first, *rest = block.decode().split("\r\n") if block else [""]
    headers = {"": first[len("NATS/1.0"):].strip()}
    for line in rest:
        name, colon, value = line.partition(":")
        if colon:
            headers[name.lower()] = unquote(value.strip())
    return headers


def handle(headers, payload, last):
    """Prints an event and returns the position of the last event handled."""
    sequence, previous = int(headers["ce-sequence"]), int(headers["ce-previous"])
    # Delivered again, since we ended between handling it and saying so, or since the stream was filled anew.
    if sequence <= last:
        return last
    if previous != last:
        print(f"GAP  not on NATS: what is after {last} up to {previous}; the log has it (audit.Watch)", flush=True)
    data = json.dumps(json.loads(payload), separators=(",", ":"), ensure_ascii=False)
    print(f"{sequence}  {headers['ce-type']}  {headers['ce-subject']}  by {headers.get('ce-authid') or '-'}  {data}", flush=True)
    return sequence


def follow(server, name, position_file):
    nats = Nats(server)
    # A durable consumer is made once and kept by the server; made again the same, it stays as it is. One message is under
    # way at a time: one that comes again after a later one would look like a repeat.
    config = {"durable_name": name, "filter_subject": "rhumbline.evt.>", "ack_policy": "explicit", "deliver_policy": "all",
              "max_ack_pending": 1}
    nats.request(f"$JS.API.CONSUMER.DURABLE.CREATE.{STREAM}.{name}", {"stream_name": STREAM, "config": config})

    last = int(open(position_file).read()) if os.path.exists(position_file) else 0
    inbox = f"{nats.inbox}.events"
    nats.send(f"SUB {inbox} events")
    ask = json.dumps({"batch": 1, "expires": 5_000_000_000}).encode()
    while True:
        nats.publish(f"$JS.API.CONSUMER.MSG.NEXT.{STREAM}.{name}", ask, inbox)
        _, reply, headers, payload = nats.next_message()
        status = headers[""] if headers else ""
        if status.startswith("408"):  # Nothing came in those 5 s.
            continue
        if status:  # 409: the consumer is gone, with its stream or by hand; 503: nobody answers.
            raise ConnectionError(status)
        last = handle(headers, payload, last)
        with open(position_file + ".new", "w") as file:
            file.write(str(last))
        os.replace(position_file + ".new", position_file)
        nats.publish(reply, b"+ACK")


def main():
    arguments = sys.argv[1:]
    server = arguments[0] if arguments else "127.0.0.1:4222"
    name = arguments[1] if len(arguments) > 1 else "follow_events"
    position_file = arguments[2] if len(arguments) > 2 else f"{name}.position"
    while True:
        try:
            follow(server, name, position_file)
        except (OSError, RuntimeError) as error:
            print(f"WAIT {error}", flush=True)
        time.sleep(1)


if __name__ == "__main__":
    main()
