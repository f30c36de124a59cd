"""Judges policies with policyuniverse: a list of texts first, then a number of seconds for each round."""
import json
import sys
import time
from importlib.metadata import version

from policyuniverse.policy import Policy


def judge(text):
    return Policy(json.loads(text)).is_internet_accessible()


def verdict(text):
    try:
        return judge(text)
    except Exception:
        return None


texts = json.loads(sys.stdin.readline())
verdicts = [verdict(text) for text in texts]
print(json.dumps({"version": version("policyuniverse"), "verdicts": verdicts}), flush=True)
readable = [text for text, said in zip(texts, verdicts) if said is not None]

for line in sys.stdin:
    seconds = json.loads(line)
    judged = 0
    end = time.monotonic() + seconds
    before = time.process_time()
    while time.monotonic() < end:
        for text in readable:
            judge(text)
        judged += len(readable)
    print(json.dumps(judged / (time.process_time() - before)), flush=True)
