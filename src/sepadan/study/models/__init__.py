from sepadan.study.models.visits import VisitLesson, VisitRecord

__all__ = ["VisitLesson", "VisitRecord"]
