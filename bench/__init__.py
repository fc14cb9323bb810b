"""Speed and accuracy of Soken beside its peers: ``.venv/bin/python -m bench`` from the root of the checkout."""
