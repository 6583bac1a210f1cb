-- Clinics with their beds.
SELECT code,
       bed,
       address.twon
FROM clinics
