# SPDX-License-Identifier: MIT
"""Whether leases (JSON of list-leases on standard input) have the addresses and ends that the file of another server
says, read here in another way than minidhcpctl does: ctl-import.py FORMAT FILE"""

import calendar
import csv
import json
import re
import sys
import time

form, path = sys.argv[1:]
text = open(path, encoding="latin-1").read()
ends = {}
if form == "dnsmasq":
    for line in text.splitlines():
        if not line.startswith("duid"):
            ends[line.split()[2]] = int(line.split()[0])
elif form == "dhcpd":
    for address, block in re.findall(r"^lease (\S+) \{(.*?)^\}", text, re.S | re.M):
        end = re.search(r"^  ends \d (\S+ \S+);", block, re.M).group(1)
        ends[address] = calendar.timegm(time.strptime(end, "%Y/%m/%d %H:%M:%S"))
elif form == "kea":
    for row in csv.DictReader(text.splitlines()):
        ends[row["address"]] = int(row["expire"])
else:
    for row in csv.DictReader(text.splitlines()):
        ends[row["address"]] = calendar.timegm(time.strptime(row["expires_at"], "%Y-%m-%dT%H:%M:%SZ"))
leases = json.load(sys.stdin)
assert len(leases) == 2, leases
for lease in leases:
    assert abs(lease["ExpiresUSec"] / 1e6 - ends[lease["Address"]]) < 2, (lease, ends)
