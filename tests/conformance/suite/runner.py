"""Runs the tests side by side: they wait most of their time, each on a worker of its own."""

import concurrent.futures
import sys
import time
import unittest


def _run(test):
    result = unittest.TestResult()
    began = time.monotonic()
    test.run(result)
    return test, result, time.monotonic() - began


def _flatten(suite):
    for each in suite:
        if isinstance(each, unittest.TestSuite):
            yield from _flatten(each)
        else:
            yield each


def run(suite, jobs, verbose):
    """Whether all of them passed, and there were any."""
    tests = list(_flatten(suite))
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        for done in concurrent.futures.as_completed([pool.submit(_run, test) for test in tests]):
            test, result, seconds = done.result()
            passed = result.wasSuccessful()
            failed += not passed
            if verbose or not passed:
                print(f"{'passed' if passed else 'FAILED'} {seconds:5.1f} s  {test.id()}", flush=True)
            for _, trace in result.failures + result.errors:
                print(trace, flush=True)
    print(f"{len(tests) - failed} of {len(tests)} tests passed", file=sys.stderr)
    return bool(tests) and not failed
