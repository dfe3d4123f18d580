"""nlptool: a task toolbox for text, from the command line."""

from nlptool.telemetry import silence

__version__ = "0.1.0"

silence()
