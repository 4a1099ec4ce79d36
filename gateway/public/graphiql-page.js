// GraphiQL for whoever has signed in; without a session only what is public answers.
'use strict';

const GREETING = {
  zh: `# 郡县 GraphiQL：在左侧编写查询，按 Ctrl-Enter 执行。
# 请求自动带上您的登录信息；登录或切换账号见 /back-office

`,
  en: `# Junxian GraphiQL: write an operation on the left, Ctrl-Enter runs it.
# Your sign-in is sent along; sign in or change account at /back-office

`,
};

const root = ReactDOM.createRoot(document.getElementById('graphiql'));
root.render(
  React.createElement(GraphiQL, {
    fetcher: (request) => askGateway(request),
    defaultQuery: GREETING[language()],
    // Operations may hold numbers of people: the history is not kept in the browser.
    maxHistoryLength: 0,
    storage: sessionStorage,
    defaultEditorToolsVisibility: true,
  }),
);
