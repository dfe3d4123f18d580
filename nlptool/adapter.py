"""The plugin contract, under the name that third parties import; see nlptool.plugins.adapter."""

from nlptool.notice import NOTICE
from nlptool.plugins.adapter import Adapter, Batching, Files, Options, Setup

__all__ = ["NOTICE", "Adapter", "Batching", "Files", "Options", "Setup"]
