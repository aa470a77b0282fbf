"""Says "ok - TITLE" or "not ok - TITLE" of each thing that a client tests."""
import sys
import traceback

_checks = []


def check(title):
    def register(body):
        _checks.append((title, body))
        return body
    return register


def equal(got, wanted):
    if got != wanted:
        raise AssertionError(f"got {got!r}, wanted {wanted!r}")


def run(call):
    """Runs the checks in order, each by call(its body); ends the program, with status 1 if one has failed."""
    failed = False
    for title, body in _checks:
        try:
            call(body)
            print(f"ok - {title}")
        except Exception as error:
            failed = True
            print(f"not ok - {title}")
            # where in the client, not in its ORM
            for frame in traceback.extract_tb(error.__traceback__):
                if frame.filename == body.__code__.co_filename:
                    print(f"#   line {frame.lineno}: {frame.line}")
            for line in "".join(traceback.format_exception_only(type(error), error)).splitlines():
                print(f"#   {line}")
    sys.exit(failed)
