"""The entry point: ``nlptool`` and ``python -m nlptool``."""

from nlptool import interrupt


def main() -> None:
    """Run the command line; a signal during its imports is one line."""
    interrupt.leave_at_once()
    from nlptool.cli import main as run

    run()


if __name__ == "__main__":
    main()
