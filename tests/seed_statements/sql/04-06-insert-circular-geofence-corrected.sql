-- Corrected: the area around the place is made in the program, and passed.
-- Create geofences with various geometric shapes
INSERT INTO geofences (
  owner_id, name, description, category, area, target_users
) VALUES 
  -- Circular geofence around Central Park
  ('business_123', 'Central Park Zone', 'Marketing zone around Central Park', 'marketing',
   :zone, -- 500m radius circle
   ARRAY[]); -- Empty array means all users
