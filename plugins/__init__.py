"""The adapters that come with nlptool, installed as ``nlptool_plugins``; one file a library."""
