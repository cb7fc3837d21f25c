// The sentences of this part of the page.
export const words = {
    title: 'GraphQL',
    example: `# The portal's own API. Ctrl-Space completes, the book icon shows the schema.
{
  viewer {
    displayName
  }
  services(first: 5) {
    totalCount
    nodes {
      ref
      displayName
      owner {
        displayName
      }
    }
  }
}
`,
};
