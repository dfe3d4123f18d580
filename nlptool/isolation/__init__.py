"""Adapters in processes of their own: frames on pipes, who asks, who answers, in which Python."""
