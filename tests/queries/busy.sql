-- The clinics of a town with room for many.
SELECT code, beds
FROM clinics
WHERE address.town = :town AND beds >= 100
ORDER BY code
