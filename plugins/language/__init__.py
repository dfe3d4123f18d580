"""What adapters of language models share, whatever library runs them: ``model`` says what such a
model can do, ``adapter`` answers tasks with it, a file for each kind of task."""
