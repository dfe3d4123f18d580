"""nlptool: a task toolbox for text, from the command line."""

__version__ = "0.1.0"
