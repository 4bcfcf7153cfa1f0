"""What is read out of a text: pure functions, text in, result out."""
