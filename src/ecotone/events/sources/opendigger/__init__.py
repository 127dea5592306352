"""OpenDigger's published monthly values, to stand beside ours; they are never counted with them."""
