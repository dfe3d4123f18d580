"""How transformers is to load a folder: from it alone, and none of its code is run."""

from __future__ import annotations

LOCAL = {"local_files_only": True, "trust_remote_code": False}
"""Without the second it asks the user whether to, at the terminal."""
