"""Facts of Chinese and English: scripts, comparison form, words, numbers."""
