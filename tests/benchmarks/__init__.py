"""Speed and memory, printed as ratios measured side by side; no test asserts a time."""
