"""Sentiment and question answering from an ONNX folder, by onnxruntime and tokenizers.

The folder of a model holds:

``model.onnx``
    Inputs ``input_ids`` and ``attention_mask``, and ``token_type_ids`` where the model takes them:
    int64, (batch, sequence), both free. Outputs, float32: ``logits`` (batch, labels) for sentiment;
    ``start_logits`` and ``end_logits`` (batch, sequence) for qa. Weights may lie in files beside it
    (ONNX external data).
``tokenizer.json``
    Of the library tokenizers, with its post-processor (``[CLS]`` and the like), truncation and
    padding off.
``config.json``
    As transformers writes it; read are ``id2label`` (its numbers are the order of the logits),
    ``problem_type`` (``multi_label_classification``: a sigmoid a label), ``pad_token_id``,
    ``model_type`` and ``max_position_embeddings``.

Files of the same content need to be on disk only once: models.yaml may take them from anywhere.
"""
