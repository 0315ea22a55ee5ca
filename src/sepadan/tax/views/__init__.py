"""Pages of the tax desk."""
