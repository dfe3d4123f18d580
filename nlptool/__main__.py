"""``python -m nlptool`` is ``nlptool``."""

from nlptool.cli import main

if __name__ == "__main__":
    main()
