from sepadan.records.models.people import Person

__all__ = ["Person"]
