-- Corrected: the key of a session is a UUID.
-- Extend session TTL (renew expiration)
UPDATE user_sessions 
SET 
  expires_at = CURRENT_TIMESTAMP + INTERVAL '2 hours',
  last_accessed_at = CURRENT_TIMESTAMP
WHERE session_id = :session_id
  AND is_active = true
  AND expires_at > CURRENT_TIMESTAMP;
