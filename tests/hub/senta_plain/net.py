"""The network of all three senta modules."""

from paddle import nn


class Net(nn.Layer):
    """Characters, an LSTM, the maximum over time; probabilities of negative and positive."""

    def __init__(self, size):
        super().__init__()
        self.embedding = nn.Embedding(size, 16)
        self.lstm = nn.LSTM(16, 16)
        self.output = nn.Linear(16, 2)

    def forward(self, ids):
        states, _ = self.lstm(self.embedding(ids))
        return nn.functional.softmax(self.output(states.max(axis=1)))
