"""Sentence vectors: the embedded bilingual static model, or any sentence-transformers model."""
