SELECT code
FORM clinics
