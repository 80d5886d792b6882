/** A file of the reader's own to open, with what it is for. */

import type { ComponentChildren } from "preact";

interface FileInputProps {
  readonly children: ComponentChildren;
  readonly accept?: string;
  readonly multiple?: boolean;
  /** A folder, with all that is in it. */
  readonly folder?: boolean;
  readonly test: string;
  readonly onFiles: (files: readonly File[]) => void;
}

export function FileInput({ children, accept, multiple = false, folder = false, test, onFiles }: FileInputProps) {
  return (
    <label class="own-file">
      {children}
      <input
        type="file"
        accept={accept}
        multiple={multiple}
        data-test={test}
        {...(folder && { webkitdirectory: true })}
        onChange={({ currentTarget }) => {
          onFiles([...(currentTarget.files ?? [])]);
          // the same file may be chosen again
          currentTarget.value = "";
        }}
      />
    </label>
  );
}
