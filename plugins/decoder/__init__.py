"""Causal language models on CTranslate2, from GGUF files, without torch.

``architecture`` and ``weights`` read a file; ``difference`` makes of its weights those of a model
that was taught from it; ``tokenizer`` rebuilds its tokenizer; ``made`` keeps what ``export`` writes
of all that; ``model`` runs it, and ``adapter`` answers tasks with it.
"""
