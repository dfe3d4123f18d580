"""The plugin contract, under the name that third parties import; see nlptool.plugins.adapter."""

from nlptool.plugins.adapter import Adapter, Batching, Options, Setup

__all__ = ["Adapter", "Batching", "Options", "Setup"]
