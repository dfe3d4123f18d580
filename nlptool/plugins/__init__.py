"""The contracts of adapters, trainers and converters, and their discovery."""
