"""A step of a pipeline: it reads prices and sends them to macrowatch."""

import csv
import sys

import macrowatch


def fetch(path="examples/prices.csv"):
    with macrowatch.run("fred"):
        with open(path, newline="") as file:
            return macrowatch.send("prices", csv.DictReader(file))


if __name__ == "__main__":
    print(fetch(*sys.argv[1:]))
