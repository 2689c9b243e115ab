# SPDX-License-Identifier: MIT
"""One request for metrics, or many, as a collector sends them or as nobody should.

    http_get.py text|type|status|status-and-text|many|silent|hasty [OPTION…]
"""

import argparse
import collections
import concurrent.futures
import socket
import sys
import time

parser = argparse.ArgumentParser()
parser.add_argument("show", choices=["text", "type", "status", "status-and-text", "many", "silent", "hasty"])
parser.add_argument("--accept")
parser.add_argument("--path", default="/metrics")
parser.add_argument("--method", default="GET")
parser.add_argument("--raw")
parser.add_argument("--content", type=int, default=0)
parser.add_argument("--slowly", action="store_true")
parser.add_argument("--patience", type=float, default=30)
parser.add_argument("--n", type=int, default=1)
options = parser.parse_args()


def connect():
    return socket.create_connection(("127.0.0.1", 9567), timeout=options.patience)


def request():
    if options.raw:
        return (options.raw + "\r\n\r\n").encode()
    lines = [f"{options.method} {options.path} HTTP/1.1", "Host: localhost:9567"]
    if options.accept:
        lines.append("Accept: " + options.accept)
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + b"x" * options.content


def ask():
    """Status, content type and text of the answer, which must be whole."""
    with connect() as connection:
        data = request()
        for i in range(0, len(data), 7 if options.slowly else len(data)):
            connection.sendall(data[i:i + (7 if options.slowly else len(data))])
            if options.slowly:
                time.sleep(0.02)
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
    head, _, text = answer.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    fields = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines[1:])}
    if int(fields["content-length"]) != len(text):
        sys.exit(f"an answer of {len(text)} bytes is said to have {fields['content-length']}")
    return lines[0].split(" ")[1], fields["content-type"], text.decode()


def ask_again():
    """A collector's way: where the machine has no place for one more, it comes again."""
    end = time.monotonic() + 60
    why = collections.Counter()
    while time.monotonic() < end:
        try:
            status, _, text = ask()
            if status == "200":
                return True
            why[f"{status} {text.strip()}"] += 1
        except (OSError, KeyError, IndexError, ValueError) as error:
            why[repr(error)] += 1
        time.sleep(0.2)
    print("never 200, but", dict(why), file=sys.stderr)
    return False


def ask_and_ask():
    """As fast as can be, as long as there is patience."""
    counts, end = collections.Counter(), time.monotonic() + options.patience
    while time.monotonic() < end:
        try:
            counts[ask()[0] == "200"] += 1
        except (OSError, KeyError, IndexError, ValueError):
            counts[False] += 1
    return counts


if options.show == "hasty":
    with concurrent.futures.ThreadPoolExecutor(options.n) as pool:
        total = sum(pool.map(lambda _: ask_and_ask(), range(options.n)), collections.Counter())
        print(f"{total[True]} answers, {total[False]} refused")
elif options.show == "many":
    with concurrent.futures.ThreadPoolExecutor(options.n) as pool:
        print(sum(pool.map(lambda _: ask_again(), range(options.n))))
elif options.show == "silent":
    connections = [connect() for _ in range(options.n)]
    time.sleep(3)
elif options.show == "status" and options.patience > 30:
    print("200" if ask_again() else "none")
else:
    status, kind, content = ask()
    print({"text": content.rstrip("\n"), "type": kind, "status": status,
           "status-and-text": f"{status} {content.rstrip()}"}[options.show])
