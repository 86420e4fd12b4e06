"""«Склад»: a small page that stands in for the people who work in the ERP. Everything happens in Tryton itself."""
