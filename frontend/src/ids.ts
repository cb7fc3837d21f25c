// Global ids are base64url("Type:uuid"); the addresses of the page carry the bare uuid.

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export function globalId(type: string, uuidOrId: string): string {
  if (!UUID.test(uuidOrId)) return uuidOrId;
  return btoa(`${type}:${uuidOrId}`).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}

export function uuidOf(id: string): string {
  try {
    const text = atob(id.replace(/-/g, '+').replace(/_/g, '/'));
    const uuid = text.slice(text.indexOf(':') + 1);
    return UUID.test(uuid) ? uuid : id;
  } catch {
    return id;
  }
}
