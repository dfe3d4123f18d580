"""The plugin contract, under the name that third parties import; see nlptool.plugins.adapter."""

from nlptool.plugins.adapter import Adapter, Batching, Files, Options, Setup

__all__ = ["Adapter", "Batching", "Files", "Options", "Setup"]
