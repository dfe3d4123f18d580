"""Segmentation of pictures: what ONNX and Paddle models share, before and after the model.

The folder of a model holds ``model.onnx``, or a program of Paddle with its weights, and beside it
one or both of

``config.json``
    ``architectures``: a name that ends in ForSemanticSegmentation. ``id2label``: the classes'
    names by their numbers, as transformers writes it. ``colours``: red, green and blue of each, in
    their order; those of PASCAL VOC if not given. ``transforms``: what is done to a picture before
    the model sees it, a list of steps as PaddleSeg writes them.
``deploy.yaml``
    As PaddleSeg's export writes it; its ``transforms`` count where config.json has none.

The model takes one float32 array (1, 3, height, width), red first, and gives scores
(1, classes, height, width), or class numbers (1, height, width).
"""
