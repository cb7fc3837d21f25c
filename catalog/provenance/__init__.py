"""Who said what a field holds, and what people lay over the descriptors."""
