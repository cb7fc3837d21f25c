// A search box that waits until one stops typing; "/" is left to the palette.
import { CloseButton, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { Search } from 'lucide-react';
import { useState } from 'react';
import { strings } from '../strings';

interface Props {
  value: string;
  onChange: (value: string) => void;
  placeholder: string;
  className?: string;
  autoFocus?: boolean;
}

export function SearchField({ value, onChange, placeholder, className, autoFocus = false }: Props) {
  const [typed, setTyped] = useState(value);
  const [reported, setReported] = useState(value);
  const [seen, setSeen] = useState(value);
  const report = useDebouncedCallback((text: string) => {
    setReported(text.trim());
    onChange(text.trim());
  }, 250);
  if (value !== seen) {
    setSeen(value); // changed from outside, for example by "clear filters": what was typed gives way
    if (value !== reported) setTyped(value);
  }

  return (
    <TextInput
      className={className ?? ''}
      type="search"
      autoFocus={autoFocus}
      aria-label={placeholder}
      placeholder={placeholder}
      value={typed}
      leftSection={<Search size={15} aria-hidden />}
      rightSection={
        typed && (
          <CloseButton
            size="sm"
            aria-label={strings.clear}
            onClick={() => {
              setTyped('');
              report('');
            }}
          />
        )
      }
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        report(event.currentTarget.value);
      }}
    />
  );
}
