# SPDX-License-Identifier: MIT
"""Whether standard input is OpenMetrics 1.0 text, by the grammar of the specification and its rules about
families: descriptors before samples, one family at a time, suffixes by type, values that fit the type. With the
argument "prometheus": text format 0.0.4, whose descriptors have the samples' own names, and which has fewer types."""

import re
import sys

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = r'[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*"'
SAMPLE = re.compile(rf"({NAME})(?:\{{((?:{LABEL}(?:,{LABEL})*)?)\}})? (\d+(?:\.\d+)?)")
DESCRIPTOR = re.compile(rf"# (TYPE|HELP|UNIT) ({NAME}) (.*)")
OLDER = sys.argv[1:] == ["prometheus"]
HISTOGRAM = ["_bucket", "_sum", "_count"]
SUFFIXES = {"counter": [""], "gauge": [""], "untyped": [""], "histogram": HISTOGRAM} if OLDER else {
    "counter": ["_total", "_created"], "info": ["_info"], "gauge": [""], "stateset": [""], "unknown": [""],
    "histogram": HISTOGRAM}

UNKNOWN = "untyped" if OLDER else "unknown"


def fail(number, line, why):
    sys.exit(f"line {number}: {why}: {line!r}")


def check_bucket(number, line, labels, value, buckets):
    """Bounds and counts rise; the last bound is infinite."""
    bound = re.fullmatch(r'le="(\+Inf|[0-9.]+)"', labels or "")
    if not bound:
        fail(number, line, "a bucket without a bound")
    bound = float(bound[1].replace("+Inf", "inf"))
    if buckets and not (bound > buckets[-1][0] and value >= buckets[-1][1]):
        fail(number, line, "bounds or counts fall")
    buckets.append((bound, value))


text = sys.stdin.read()
if OLDER and "# EOF" in text:
    sys.exit("an end that the format does not have")
if not text.endswith("\n" if OLDER else "\n# EOF\n"):
    sys.exit("does not end as it must")
family, types, seen, described, samples, buckets = None, {}, set(), set(), 0, {}
for number, line in enumerate(text.split("\n")[:-1 if OLDER else -2], 1):
    descriptor = DESCRIPTOR.fullmatch(line)
    if descriptor:
        keyword, name, value = descriptor.groups()
        if name != family:
            if name in types:
                fail(number, line, "a family in two pieces")
            family, types[name] = name, UNKNOWN
        if (keyword, name) in described:
            fail(number, line, "described twice")
        described.add((keyword, name))
        if keyword == "TYPE":
            if value not in SUFFIXES:
                fail(number, line, "no type")
            types[name] = value
        elif keyword == "HELP" and re.search(r'\\[^n\\"]', value):
            fail(number, line, "a wrong escape")
        continue
    sample = SAMPLE.fullmatch(line)
    if not sample:
        fail(number, line, "neither sample nor descriptor")
    name, labels, value = sample.groups()
    if name not in [f"{family}{suffix}" for suffix in SUFFIXES[types.get(family, UNKNOWN)]]:
        fail(number, line, f"no sample of {family}")
    if types[family] == "counter" and not name.endswith("_total"):
        fail(number, line, "a counter that is not called _total")
    if types[family] == "info" and value != "1":
        fail(number, line, "an info is 1")
    if types[family] == "stateset" and (value not in ("0", "1") or not re.search(rf'(^|,){family}="', labels or "")):
        fail(number, line, "no state")
    if name == f"{family}_bucket" and types[family] == "histogram":
        check_bucket(number, line, labels, float(value), buckets.setdefault(family, []))
    if name == f"{family}_count" and types[family] == "histogram" and \
            buckets.get(family, [()])[-1] != (float("inf"), float(value)):
        fail(number, line, "not the count of the last bucket, or that has an end")
    if (name, labels) in seen:
        fail(number, line, "a sample twice")
    seen.add((name, labels))
    samples += 1
if samples == 0:
    sys.exit("no sample")
print("well-formed")
