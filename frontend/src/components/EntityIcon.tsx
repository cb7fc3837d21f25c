// One icon per kind; unknown kinds get a plain box.
import {
  Blocks, Box, Boxes, CircleUser, Component, Database, Globe, LayoutTemplate, MapPin, Network, Puzzle, Server, Users,
  type LucideIcon,
} from 'lucide-react';

const ICONS: Record<string, LucideIcon> = {
  component: Component,
  api: Puzzle,
  resource: Database,
  system: Boxes,
  domain: Network,
  group: Users,
  user: CircleUser,
  location: MapPin,
  template: LayoutTemplate,
};
const TYPE_ICONS: Record<string, LucideIcon> = {
  'component/website': Globe,
  'component/library': Blocks,
  'resource/kubernetes-cluster': Server,
};

interface Props {
  kind: string;
  type?: string | null;
  size?: number;
}

export function EntityIcon({ kind, type, size = 16 }: Props) {
  const key = kind.toLowerCase();
  const Icon = TYPE_ICONS[`${key}/${type ?? ''}`] ?? ICONS[key] ?? Box;
  return <Icon size={size} strokeWidth={1.75} aria-hidden style={{ flex: 'none' }} />;
}
