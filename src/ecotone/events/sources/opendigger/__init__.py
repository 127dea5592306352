"""OpenDigger's published monthly values, to compare with ours; they are never counted with them."""
