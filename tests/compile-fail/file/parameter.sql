SELECT code
FROM clinics
WHERE beds >= :least
